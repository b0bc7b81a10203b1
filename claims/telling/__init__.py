"""Telling members: a claim of theirs was decided, cash was paid; a link and no more, unless they want no messages."""
