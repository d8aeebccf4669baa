import { registry } from "@web/core/registry";
import { MonetaryField, monetaryField } from "@web/views/fields/monetary/monetary_field";
import { parseMonetary } from "@web/views/fields/parsers";

import { parseAmount } from "./parse_amount";

/** Money as it is said and written: `50rb` is understood, `Rp 50.000` is shown. */
export class AmountField extends MonetaryField {
    static defaultProps = { ...MonetaryField.defaultProps, trailingZeros: false };

    get inputOptions() {
        return {
            ...super.inputOptions,
            parse: (text) => parseAmount(text) ?? parseMonetary(text, { allowOperation: true }),
        };
    }
}

/** In a table a zero is a dash: what matters stands out. */
export class ListAmountField extends AmountField {
    get formattedValue() {
        return this.props.readonly && !this.value ? "-" : super.formattedValue;
    }
}

const extractProps = (...args) => ({ ...monetaryField.extractProps(...args), trailingZeros: false });

registry.category("fields").add("koperasi_amount", { ...monetaryField, component: AmountField, extractProps });
registry.category("fields").add("list.koperasi_amount", { ...monetaryField, component: ListAmountField, extractProps });
