"""The invented fund of Taziria, made through the product's own services and imports, bulk ones included.

Like `app.py` it stands outside and knows all rooms. Same seed, same people, same troubles; dates follow today.
"""
