package catalogue
import "testing"
func TestTmp(t *testing.T){ c,err:=Load(); if err!=nil{t.Fatal(err)}; t.Log(len(c)) }
