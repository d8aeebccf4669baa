import kernel_loader
from hypothesis import settings

kernel_loader.register()

# The machine that runs them may be busy: time is no property of a kernel.
settings.register_profile("kernel", deadline=None)
settings.load_profile("kernel")
