from odoo.exceptions import UserError


class SecondPersonNeeded(UserError):
    """Somebody else may allow what this person may not do alone."""

    def __init__(self, message, roles):
        """:param roles: names of koperasi.officer roles that may allow it"""
        super().__init__(message)
        self.roles = roles
