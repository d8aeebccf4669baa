def migrate(cr, version):
    """A correction that was made is an approved request, as every other kind of request."""
    if version:
        cr.execute("UPDATE koperasi_correction SET state = 'approved' WHERE state = 'done'")
