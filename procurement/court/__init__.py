"""The court file: everything about one tender on numbered pages and as originals, and a script that checks it anywhere.

A section is a function of this folder, or of any module that registers one: `@section(40, _l("Questions"))`.
"""
