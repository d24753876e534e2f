"""May we: rule packs, approvals, one pure decision, and the clearance that every frame is written under."""
