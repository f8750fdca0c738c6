"""Who, when and where is meant: mentions become actors, expressions become dates and places, findings become records."""
