from werkzeug.exceptions import NotFound

from odoo.http import Controller, content_disposition, request, route

TYPES = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class KoperasiDownload(Controller):
    @route("/koperasi/download/<string:model>/<int:record_id>", type="http", auth="user", readonly=False)
    def download(self, model, record_id):
        """The file of a record that gives one, for whoever may read the record."""
        Model = request.env.get(model)
        if Model is None or not hasattr(Model, "_action_download"):
            raise NotFound()
        record = Model.browse(record_id).exists()
        record.check_access("read")
        if not record:
            raise NotFound()
        name, content = record._download()
        return request.make_response(
            content,
            [
                ("Content-Type", TYPES[name.rsplit(".", 1)[1]]),
                ("Content-Length", len(content)),
                ("Content-Disposition", content_disposition(name)),
            ],
        )
