"""The data files and their schemas: event types, frames, cues, actors. Read once, never written."""
