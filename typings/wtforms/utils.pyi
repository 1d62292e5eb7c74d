unset_value: object
