// Package bicep is a small typed tree of the Bicep language and a printer for it, in the form that `bicep format` leaves alone.
//
// What a caller builds is data: a String is printed so that Bicep reads the same text back, whatever is in it, and text that is
// no identifier never stands where Bicep would read code. Only what a wing's templates need is here.
//
// The language: https://learn.microsoft.com/azure/azure-resource-manager/bicep/file
package bicep
