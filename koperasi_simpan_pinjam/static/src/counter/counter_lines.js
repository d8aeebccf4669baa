import { registry } from "@web/core/registry";
import { X2ManyField, x2ManyField } from "@web/views/fields/x2many/x2many_field";

import { NarrowListRenderer } from "../narrow/narrow_lines";

/** Takes the cursor only from within its own lines: what is typed must never land in another amount. */
export class CounterListRenderer extends NarrowListRenderer {
    /** The page's own: on a phone they are made while the list of members is still in front, which Odoo would note. */
    get activeElement() {
        return document;
    }

    set activeElement(_element) {}

    focusCell(...args) {
        const active = document.activeElement;
        const lines = this.rootRef.el.closest(".o_koperasi_counter_lines");
        if (active === document.body || lines.contains(active)) {
            super.focusCell(...args);
        }
    }

    /** Escape is the form's (the next member), and so is Enter in the last amount (the money given). */
    onCellKeydownEditMode(hotkey, cell, group, record) {
        const isLast = record === this.props.list.records.at(-1);
        if (hotkey === "escape" || (hotkey === "enter" && isLast)) {
            return false;
        }
        return super.onCellKeydownEditMode(hotkey, cell, group, record);
    }
}

/** Lines whose first amount is reached by Tab: a list that takes no new lines is otherwise skipped. */
export class CounterLines extends X2ManyField {
    static template = "koperasi_simpan_pinjam.CounterLines";
    static components = { ...X2ManyField.components, ListRenderer: CounterListRenderer };

    async onGateFocus(ev) {
        const cameBack = ev.target.parentElement.contains(ev.relatedTarget);
        const [first] = this.list.records;
        if (first && !cameBack) {
            await this.list.enterEditMode(first);
        }
    }

    onFocusout(ev) {
        if (ev.relatedTarget && !ev.currentTarget.contains(ev.relatedTarget)) {
            this.list.leaveEditMode();
        }
    }
}

registry.category("fields").add("koperasi_counter_lines", { ...x2ManyField, component: CounterLines });
