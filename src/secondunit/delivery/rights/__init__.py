"""The rights report: everything a lawyer files about a production, as one page and one PDF. Not legal advice."""
