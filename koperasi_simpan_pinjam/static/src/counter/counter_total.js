import { registry } from "@web/core/registry";
import { monetaryField } from "@web/views/fields/monetary/monetary_field";

import { AmountField } from "../amount/amount_field";

const sum = (list) => list.records.reduce((total, line) => total + line.data.amount, 0);

/** What is received, paid out and handed back, worked out here: typing an amount asks no server. */
export const TOTALS = {
    amount_in: (data) => sum(data.in_ids),
    amount_out: (data) => sum(data.out_ids),
    change: (data) => data.cash_given + sum(data.out_ids) - sum(data.in_ids),
};

export class CounterTotal extends AmountField {
    static template = "koperasi_simpan_pinjam.CounterTotal";

    get value() {
        return TOTALS[this.props.name](this.props.record.data);
    }
}

registry.category("fields").add("koperasi_counter_total", { ...monetaryField, component: CounterTotal });
