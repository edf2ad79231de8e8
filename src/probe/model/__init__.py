"""The words that every part speaks: plain values, no behaviour beyond what follows from the value itself."""
