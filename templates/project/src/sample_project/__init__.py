"""The project's package, and the errors that whoever runs it can put right."""


class UserError(Exception):
    """A mistake that whoever runs the command can mend; says what, where and what to do."""

    exit_code = 3


class MissingError(UserError):
    """Something this command needs is not there yet."""

    exit_code = 4


class LockedError(UserError):
    """Another run is at work (75 is EX_TEMPFAIL: try again later)."""

    exit_code = 75
