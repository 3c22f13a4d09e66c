"""Errors of the ROS API.

Source: error tables of the reference pages of CreateStack and GetStack (ROS 2019-09-10), read
2026-11-22; only their documented codes and texts are used, but for the last one.
"""

from sandbox.cloud.errors import ErrorSpec

STACK_NOT_FOUND = ErrorSpec("StackNotFound", "The Stack ({name}) could not be found.", 404)
STACK_EXISTS = ErrorSpec("StackExists", "The Stack ({name}) already exists.", 409)
ACTION_IN_PROGRESS = ErrorSpec(
    "ActionInProgress", "Stack {name} already has an action ({action}) in progress.", 409
)
INVALID_SCHEMA = ErrorSpec("InvalidSchema", "{reason}.")
INVALID_VERSION = ErrorSpec("InvalidTemplateVersion", "The template version is invalid: {reason}.")
INVALID_SECTION = ErrorSpec("InvalidTemplateSection", "The template section is invalid: {section}.")
INVALID_REFERENCE = ErrorSpec(
    "InvalidTemplateReference",
    'The specified reference "{name}" (in {referencer}) is incorrect.',
)
INVALID_ATTRIBUTE = ErrorSpec(
    "InvalidTemplateAttribute", "The Referenced Attribute ({resource} {name}) is incorrect."
)
UNKNOWN_PARAMETER = ErrorSpec(
    "UnknownUserParameter", "The Parameter ({name}) was not defined in template."
)
MISSING_PARAMETER = ErrorSpec("UserParameterMissing", "The Parameter {name} was not provided.")
VALIDATION_FAILED = ErrorSpec("StackValidationFailed", "{reason}.")
STACK_PROTECTED = ErrorSpec(  # the page on deletion protection names no code: guessed
    "StackDeletionProtected", "The Stack ({name}) is protected from deletion."
)
NOT_SIMULATED = ErrorSpec("Sandbox.NotSimulated", "The sandbox does not simulate {what}. {instead}")
