from . import koperasi_statement
