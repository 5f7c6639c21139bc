/// Strings one after another as UTF-8, found by number; by text too where they are sorted.
struct StringTable: Sendable {
    /// Where each string begins, and where the last one ends.
    let offsets: Slab<UInt32>
    let utf8: Slab<UInt8>

    /// All strings together are at most 4 GiB long.
    init(_ strings: [String]) {
        var bytes: [UInt8] = []
        var offsets: [UInt32] = [0]
        offsets.reserveCapacity(strings.count + 1)
        for string in strings {
            bytes.append(contentsOf: string.utf8)
            precondition(bytes.count <= UInt32.max, "the strings of one column are longer than 4 GiB")
            offsets.append(UInt32(bytes.count))
        }
        self.offsets = Slab(offsets)
        utf8 = Slab(bytes)
    }

    var count: Int { offsets.count - 1 }
    var bytes: Int { offsets.bytes + utf8.bytes }

    subscript(index: Int) -> String { String(decoding: self.utf8(at: index), as: UTF8.self) }

    func utf8(at index: Int) -> UnsafeBufferPointer<UInt8> {
        let start = Int(offsets[index])
        return UnsafeBufferPointer(start: utf8.base + start, count: Int(offsets[index + 1]) - start)
    }

    /// The number of a string in a table sorted by bytes; nil when it is not in it. O(log count).
    func index(of string: String) -> Int? {
        var string = string
        return string.withUTF8(index)
    }

    /// As `index(of:)`, of the bytes of a string.
    func index(of wanted: UnsafeBufferPointer<UInt8>) -> Int? {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if Self.precedes(utf8(at: middle), wanted) { low = middle + 1 } else { high = middle }
        }
        guard low < count, utf8(at: low).elementsEqual(wanted) else { return nil }
        return low
    }

    /// The order of a sorted table.
    static func precedes(_ left: String, _ right: String) -> Bool { left.utf8.lexicographicallyPrecedes(right.utf8) }

    private static func precedes(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Bool {
        left.lexicographicallyPrecedes(right)
    }
}
