"""What the text says, found in syntax: events, statements, stances, quantities. Parties are phrases here, not actors yet."""
