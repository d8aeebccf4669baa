import { Component, onMounted, onWillStart, onWillUnmount, useRef, useState } from "@odoo/owl";
import { loadBundle } from "@web/core/assets";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

// Green first: what is as it should be; red last.
const COLORS = ["#2a9d8f", "#e9c46a", "#f4a261", "#d1495b", "#4a7ba6", "#8d6a9f", "#7f8c8d", "#386641", "#c08497", "#bc6c25"];

class Picture extends Component {
    static template = "koperasi_simpan_pinjam.Picture";
    static props = { picture: Object, onOpen: Function };

    setup() {
        this.canvas = useRef("canvas");
        onMounted(() => this.draw());
        onWillUnmount(() => this.chart?.destroy());
    }

    draw() {
        const { kind, labels, values, texts } = this.props.picture;
        const round = kind === "doughnut";
        this.chart = new Chart(this.canvas.el, {
            type: kind,
            data: { labels, datasets: [{ data: values, backgroundColor: COLORS, borderWidth: 0 }] },
            options: {
                maintainAspectRatio: false,
                animation: false,
                onClick: () => this.props.onOpen(this.props.picture.action),
                scales: round ? {} : { y: { ticks: { callback: short }, beginAtZero: true } },
                plugins: {
                    legend: { display: round, position: "right" },
                    tooltip: { callbacks: { label: (item) => texts[item.dataIndex] } },
                },
            },
        });
    }
}

/** `1,5 jt`: an axis has no room for zeros. */
function short(value) {
    for (const [size, word] of [[1e9, "M"], [1e6, "jt"], [1e3, "rb"]]) {
        if (Math.abs(value) >= size) {
            return `${(value / size).toLocaleString("id-ID", { maximumFractionDigits: 1 })} ${word}`;
        }
    }
    return value;
}

export class Home extends Component {
    static template = "koperasi_simpan_pinjam.Home";
    static components = { Layout, Picture };
    static props = { ...standardActionServiceProps };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.page = useState({});
        onWillStart(() => Promise.all([this.load(), loadBundle("web.chartjs_lib")]));
    }

    async load() {
        Object.assign(this.page, await this.orm.call("koperasi.home", "get_page"));
    }

    /** One tap: what waits at the counter is approved or refused; whatever the answer, the page is as it is now. */
    async decide({ model, id }, method) {
        try {
            await this.orm.call(model, method, [[id]]);
        } finally {
            await this.load();
        }
    }

    open(action) {
        this.action.doAction(action);
    }
}

registry.category("actions").add("koperasi_home", Home);
