/// A field of every point of a segment.
enum Column: Sendable {
    case keywords(KeywordColumn)
    case float(ValueColumn<Double>)
    case integer(ValueColumn<Int64>)
    case uuid(ValueColumn<PointKey>)
    case text(TextColumn)

    /// Bytes of `bytes` that serve filters and searches by words alone.
    var postingBytes: Int {
        switch self {
        case .keywords(let column): column.postingOffsets.bytes + column.postings.bytes
        case .text(let column): column.postings.bytes
        case .float(let column): column.order.bytes
        case .integer(let column): column.order.bytes
        case .uuid(let column): column.order.bytes
        }
    }

    var bytes: Int {
        switch self {
        case .keywords(let column): column.bytes
        case .float(let column): column.bytes
        case .integer(let column): column.bytes
        case .uuid(let column): column.bytes
        case .text(let column): column.bytes
        }
    }

    var slotCount: Int {
        switch self {
        case .keywords(let column): column.slotCount
        case .float(let column): column.slotCount
        case .integer(let column): column.slotCount
        case .uuid(let column): column.slotCount
        case .text(let column): column.slotCount
        }
    }

    func value(_ slot: Int) -> StoredValue? {
        switch self {
        case .keywords(let column): column.isSet(slot) ? .keywords(column.keywords(slot)) : nil
        case .float(let column): column.value(slot).map(StoredValue.float)
        case .integer(let column): column.value(slot).map(StoredValue.integer)
        case .uuid(let column): column.value(slot).map(StoredValue.uuid)
        case .text(let column): column.text(slot).map { StoredValue.text($0.text, folded: $0.folded) }
        }
    }

    /// The slots where the field is set.
    var present: Bitmap {
        switch self {
        case .keywords(let column): column.present
        case .float(let column): column.present
        case .integer(let column): column.present
        case .uuid(let column): column.present
        case .text(let column): column.present
        }
    }

    /// A column of `count` slots, whose values `value` tells, each asked once and in order.
    static func build(_ kind: FieldKind, count: Int, value: (Int) -> StoredValue?) -> Column {
        switch kind {
        case .keyword, .keywords:
            var builder = KeywordColumn.Builder()
            for slot in 0..<count {
                if case .keywords(let keywords) = value(slot) { builder.append(keywords) } else { builder.append([]) }
            }
            return .keywords(builder.build())
        case .float, .datetime:
            var builder = ValueColumn<Double>.Builder(filler: 0)
            for slot in 0..<count {
                if case .float(let number) = value(slot) { builder.append(number) } else { builder.append(nil) }
            }
            return .float(builder.build())
        case .integer, .bool:
            var builder = ValueColumn<Int64>.Builder(filler: 0)
            for slot in 0..<count {
                if case .integer(let number) = value(slot) { builder.append(number) } else { builder.append(nil) }
            }
            return .integer(builder.build())
        case .uuid:
            var builder = ValueColumn<PointKey>.Builder(filler: PointKey(high: 0, low: 0))
            for slot in 0..<count {
                if case .uuid(let key) = value(slot) { builder.append(key) } else { builder.append(nil) }
            }
            return .uuid(builder.build())
        case .text:
            var builder = TextColumn.Builder()
            for slot in 0..<count {
                if case .text(let text, let folded) = value(slot) {
                    builder.append((text, folded))
                } else {
                    builder.append(nil)
                }
            }
            return .text(builder.build())
        }
    }
}
