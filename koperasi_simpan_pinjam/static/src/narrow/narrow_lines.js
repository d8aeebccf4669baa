import { registry } from "@web/core/registry";
import { X2ManyField, x2ManyField } from "@web/views/fields/x2many/x2many_field";
import { ListRenderer } from "@web/views/list/list_renderer";

/** Each figure knows its head: on a phone it stands above the figure (narrow_lines.scss). */
export class NarrowListRenderer extends ListRenderer {
    static recordRowTemplate = "koperasi_simpan_pinjam.NarrowRow";
}

/** Lines that are a table on a desk, and one under the other on a phone, where nobody scrolls sideways. */
export class NarrowLines extends X2ManyField {
    static template = "koperasi_simpan_pinjam.NarrowLines";
    static components = { ...X2ManyField.components, ListRenderer: NarrowListRenderer };
}

registry.category("fields").add("koperasi_narrow_lines", { ...x2ManyField, component: NarrowLines });
