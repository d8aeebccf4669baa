"""Pure calculations of the surplus: no Odoo, no database, no clock.

See docs/architecture.md section 3.
"""
