"""What leaves the production, and the papers that go with it."""
