"""Pure calculations: whole numbers, fractions and dates in, results out.

Nothing here knows Odoo, a database or the clock (docs/architecture.md section 3).
"""
