"""Every SELECT of this room: `facts` for deciding in sets, `records` for one claim, `lists` for the screens."""
