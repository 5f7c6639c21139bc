/// One plain value per slot, or none: numbers, dates, booleans, UUIDs.
struct ValueColumn<Value: BitwiseCopyable & Comparable & Hashable & Sendable>: Sendable {
    let values: Slab<Value>
    let present: Bitmap

    var slotCount: Int { values.count }
    var bytes: Int { values.bytes + present.bytes }

    func value(_ slot: Int) -> Value? { present.contains(slot) ? values[slot] : nil }

    /// The slots whose value passes a test. O(slots).
    @inline(__always)
    func slots(where isWanted: (Value) -> Bool) -> Bitmap {
        var slots = Bitmap(slotCount: slotCount)
        present.forEach { slot in
            if isWanted(values.base[slot]) { slots.insert(slot) }
        }
        return slots
    }

    /// Adds to `counts` how many of `slots` have each value.
    func count(_ slots: Bitmap, into counts: inout [Value: Int]) {
        var slots = slots
        slots.formIntersection(present)
        slots.forEach { counts[values.base[$0], default: 0] += 1 }
    }

    /// Gathers the slots of a column one after another.
    struct Builder {
        private let filler: Value
        private var values: [Value] = []
        private var present: [Int] = []

        /// - Parameter filler: stands where no value is.
        init(filler: Value) { self.filler = filler }

        mutating func append(_ value: Value?) {
            if value != nil { present.append(values.count) }
            values.append(value ?? filler)
        }

        func build() -> ValueColumn {
            var bitmap = Bitmap(slotCount: values.count)
            for slot in present { bitmap.insert(slot) }
            return ValueColumn(values: Slab(values), present: bitmap)
        }
    }
}
