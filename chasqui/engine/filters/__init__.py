"""The filter grammar, such as ``type=image.* age<1h``, for records of any kind.

From outside use `filter.parse` and `completion`. `terms` lists the fields and what each holds;
`matching` compares whole columns of values.
"""
