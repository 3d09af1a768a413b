using System.Text.Json;
using System.Text.Json.Serialization;

namespace Kinvite.Http;

/// <summary>A member of a JSON Merge Patch (RFC 7396): absent leaves things as they are, null clears, a value sets.</summary>
/// <typeparam name="T">The member's type.</typeparam>
/// <param name="IsSet">It is there, with null or a value.</param>
/// <param name="Value">What it says; of no meaning where it is absent.</param>
[JsonConverter(typeof(OptionalConverterFactory))]
public readonly record struct Optional<T>(bool IsSet, T? Value)
{
    /// <summary>A member that is there, with null or a value.</summary>
    public static implicit operator Optional<T>(T? value) => new(true, value);

    /// <summary>The new value, or the one there is.</summary>
    public T? Or(T? current) => IsSet ? Value : current;
}

internal sealed class OptionalConverterFactory : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) => typeToConvert.IsGenericType && typeToConvert.GetGenericTypeDefinition() == typeof(Optional<>);

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(OptionalConverter<>).MakeGenericType(typeToConvert.GetGenericArguments()))!;

    private sealed class OptionalConverter<T> : JsonConverter<Optional<T>>
    {
        public override bool HandleNull => true;

        public override Optional<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            try
            {
                return new(true, reader.TokenType == JsonTokenType.Null ? default : JsonSerializer.Deserialize<T>(ref reader, options));
            }
            catch (JsonException e)
            {
                // Its path starts at this member; without one the reader of the whole names the member itself.
                throw new JsonException(message: null, e);
            }
        }

        public override void Write(Utf8JsonWriter writer, Optional<T> value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, value.Value, options);
    }
}
