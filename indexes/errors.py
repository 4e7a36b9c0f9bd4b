"""The errors Sada raises. Each message is one line that says what is wrong and how to mend it."""


class SadaError(Exception):
    """Base of every error that Sada raises on purpose; the command prints it as one line."""


class InputError(SadaError):
    """A source cannot be read at all, or (with ``strict``) holds a row that is not an article."""


class ArticleError(SadaError, ValueError):
    """The values given do not make an article."""


class UnknownArticleError(SadaError, KeyError):
    """No article of that id is in the index."""

    __str__ = Exception.__str__  # KeyError would print the message in quotes


class UnknownStoryError(SadaError, KeyError):
    """There never was a story of that id in the index."""

    __str__ = Exception.__str__  # KeyError would print the message in quotes


class IndexExistsError(SadaError):
    """Something already stands where a new index should go."""


class NotAnIndexError(SadaError):
    """The path is absent or is not a Sada index."""


class IndexBusyError(SadaError):
    """Another process is writing to the index."""


class IndexReadOnlyError(SadaError):
    """The index's folder cannot be written by this user."""


class IndexMismatchError(SadaError):
    """The index was made with something incompatible; both values are named."""


class IndexDamagedError(SadaError):
    """Stored bytes are not what was written."""


class MissingPackageError(SadaError, ImportError):
    """An optional package is not installed; the message is the install command."""


class EncoderError(SadaError):
    """An encoder cannot be loaded, or gave vectors that cannot be used."""


class IndexWarning(UserWarning):
    """Something of an index had to be made anew or done without; answers are right, and slower."""
