"""The product as pure thought: documents, rules, the engine and prices. No web, no database, no clock."""
