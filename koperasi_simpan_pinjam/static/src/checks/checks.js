import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** What is right and what is missing; each line leads to the step where it is cured. */
export class Checks extends Component {
    static template = "koperasi_simpan_pinjam.Checks";
    static props = { ...standardFieldProps };

    get rows() {
        return this.props.record.data[this.props.name] || [];
    }

    async cure(step) {
        await this.props.record.update({ step });
        await this.props.record.save();
    }
}

registry.category("fields").add("koperasi_checks", { component: Checks, supportedTypes: ["json"] });
