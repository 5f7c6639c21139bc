/// One plain value per slot, or none: numbers, dates, booleans, UUIDs.
struct ValueColumn<Value: BitwiseCopyable & Comparable & Hashable & Sendable>: Sendable {
    let values: Slab<Value>
    let present: Bitmap
    /// The slots that have a value, by value, of equal ones by slot.
    let order: Slab<UInt32>

    var slotCount: Int { values.count }
    var bytes: Int { values.bytes + present.bytes + order.bytes }

    func value(_ slot: Int) -> Value? { present.contains(slot) ? values[slot] : nil }

    /// The slots with a value from `first` on, as far as it is no more than `last`. O(log slots + slots found)
    func slots(from first: Value, to last: Value) -> Bitmap {
        let start = place { $0 < first }
        return slots(at: start..<max(start, place { $0 <= last }))
    }

    /// The slots with one of some values. O(values × log slots + slots found)
    func slots(with wanted: Set<Value>) -> Bitmap {
        var slots = Bitmap(slotCount: slotCount)
        for value in wanted {
            let start = place { $0 < value }
            slots.insert(order.elements[start..<max(start, place { $0 <= value })])
        }
        return slots
    }

    /// The slots at some places of the order, or, where these are many, all but the others.
    func slots(at places: Range<Int>) -> Bitmap {
        guard places.count > order.count / 2 else {
            var slots = Bitmap(slotCount: slotCount)
            slots.insert(order.elements[places])
            return slots
        }
        var slots = present
        slots.remove(order.elements[..<places.lowerBound])
        slots.remove(order.elements[places.upperBound...])
        return slots
    }

    /// The first place in the order whose value does not precede, by a test that holds for values up to some one.
    func place(after precedes: (Value) -> Bool) -> Int {
        var low = 0
        var high = order.count
        while low < high {
            let middle = (low + high) / 2
            if precedes(values.base[Int(order.base[middle])]) { low = middle + 1 } else { high = middle }
        }
        return low
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
        private var present: [UInt32] = []

        /// - Parameter filler: stands where no value is.
        init(filler: Value) { self.filler = filler }

        mutating func append(_ value: Value?) {
            if value != nil { present.append(UInt32(values.count)) }
            values.append(value ?? filler)
        }

        func build() -> ValueColumn {
            var bitmap = Bitmap(slotCount: values.count)
            bitmap.insert(present)
            let order = present.sorted { left, right in
                let (one, other) = (values[Int(left)], values[Int(right)])
                return one != other ? one < other : left < right
            }
            return ValueColumn(values: Slab(values), present: bitmap, order: Slab(order))
        }
    }
}
