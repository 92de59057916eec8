param stage string

output stage string = stage
