import Synchronization

/// What requests use of a generation, made once for each: the value of the generation that is current when it is asked.
final class PerGeneration<Value: Sendable>: Sendable {
    private struct Made {
        let generation: Generation
        let value: Value
    }

    private let served: ServedCollection
    private let make: @Sendable (Generation) -> Value
    private let made: Mutex<Made>

    init(_ served: ServedCollection, make: @escaping @Sendable (Generation) -> Value) {
        self.served = served
        self.make = make
        let generation = served.current
        made = Mutex(Made(generation: generation, value: make(generation)))
    }

    /// A request asks once and uses nothing else of the collection.
    var current: Value {
        let generation = served.current
        return made.withLock { made in
            if made.generation !== generation { made = Made(generation: generation, value: make(generation)) }
            return made.value
        }
    }
}
