import { registry } from "@web/core/registry";
import { X2ManyField, x2ManyField } from "@web/views/fields/x2many/x2many_field";

/**
 * Lines whose first amount is reached by Tab: a list that takes no new lines is otherwise skipped.
 */
export class CounterLines extends X2ManyField {
    static template = "koperasi_simpan_pinjam.CounterLines";

    async onGateFocus(ev) {
        const cameBack = ev.target.parentElement.contains(ev.relatedTarget);
        const [first] = this.list.records;
        if (first && !cameBack) {
            await this.list.enterEditMode(first);
        }
    }
}

registry.category("fields").add("koperasi_counter_lines", { ...x2ManyField, component: CounterLines });
