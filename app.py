"""The application, as servers and the flask command find it."""

import gc

gc.disable()  # all that is made until the application stands will stay: looking for garbage in it costs a fifth of the start

from training import create_app  # noqa: E402 - after the line above, which is there for this import

app = create_app()
gc.freeze()
gc.enable()
