package bench

func (d *Document) WriteHTML(path string) error { return nil }
