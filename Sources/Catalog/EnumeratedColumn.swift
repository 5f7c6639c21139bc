import Storage

extension Row {
    /// The value of a text column that the database limits to the cases of `Value`.
    /// - Throws: `CatalogError.unknownValue` where the database holds a value this program does not know.
    func choice<Value: RawRepresentable<String>>(_ column: String) throws -> Value {
        let text = try decode(column, as: String.self)
        guard let value = Value(rawValue: text) else { throw CatalogError.unknownValue(column: column, value: text) }
        return value
    }
}
