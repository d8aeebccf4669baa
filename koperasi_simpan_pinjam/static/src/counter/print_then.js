import { registry } from "@web/core/registry";

/** Print something, then go on to what comes next; params: `print` and `next`, two actions. */
registry.category("actions").add("koperasi_print_then", async (env, { params }) => {
    await env.services.action.doAction(params.print);
    return params.next;
});
