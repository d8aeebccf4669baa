from odoo import api, models
from odoo.exceptions import UserError

CONVERSATION = ("message_", "activity_", "website_message_")


class KoperasiGuarded(models.AbstractModel):
    """A document that changes by its actions.

    A field that nobody types says so itself, `by_action=True`: whatever a client sends or a default_* context key says,
    it is born empty or with its default, `write` refuses it, and the actions give it by `_set`.
    """

    _name = "koperasi.guarded"
    _description = "Document That Changes by Its Actions"

    def _valid_field_parameter(self, field, name):
        return name == "by_action" or super()._valid_field_parameter(field, name)

    def _by_action(self):
        """:return: {name: field} of what nobody types"""
        return {name: field for name, field in self._fields.items() if getattr(field, "by_action", False)}

    def _typed(self, vals):
        """:return: the names in `vals` that are not the conversation about the document"""
        return {name for name in vals if not name.startswith(CONVERSATION)}

    @api.model_create_multi
    def create(self, vals_list):
        guarded = self._by_action()
        born = {
            name: field.convert_to_write(field.default(self), self) if field.default else False
            for name, field in guarded.items()
            if not field.compute
        }
        return super().create(
            [{**{name: value for name, value in vals.items() if name not in guarded}, **born} for vals in vals_list]
        )

    def write(self, vals):
        if self and not self._by_action().keys().isdisjoint(vals):
            raise UserError(self.env._("%s changes by its actions only.", self[:1].display_name))
        return super().write(vals)

    def _set(self, **vals):
        """Set guarded fields past `write`; private, so not callable by RPC."""
        return super().write(vals)
