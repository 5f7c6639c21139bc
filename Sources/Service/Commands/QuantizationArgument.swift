public import ArgumentParser
public import VectorCollections

extension Quantization: ExpressibleByArgument {}
