module plinth/lab/smoke-image

go 1.21
