"""Task types: typed functions, their parameters, and the registry that knows them by name.

From outside use `task_type` (`task`, `TaskType`, `TypedWork`), `registry`, `parameters` and
`fields` (what a form shows), `keys` (what limits and strikes may be of), and `annotations` (what
an author writes). The other modules compile a signature: `declaration`, `signature`, `wire`,
`nested`, `json_schema`, `copying`; or turn what a person types into values: `kinds`, `texts`,
`forms`, `patterns`.
"""
