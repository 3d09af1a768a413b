using System.Reflection.Emit;
using System.Reflection.Metadata;

namespace Kinvite.Architecture.Tests;

/// <summary>Walks the instructions of a method body (ECMA-335, partition III).</summary>
internal static class Instructions
{
    private static readonly Dictionary<int, OperandType> Operands = typeof(OpCodes).GetFields().Select(f => (OpCode)f.GetValue(null)!)
        .ToDictionary(o => (int)(ushort)o.Value, o => o.OperandType);

    /// <summary>The metadata tokens of types, methods and fields that the body names.</summary>
    public static IEnumerable<int> Tokens(BlobReader body)
    {
        var tokens = new List<int>();
        while (body.RemainingBytes > 0)
        {
            int code = body.ReadByte();
            if (code == 0xFE)
            {
                code = (code << 8) | body.ReadByte();
            }

            switch (Operands[code])
            {
                case OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok or OperandType.InlineType:
                    tokens.Add(body.ReadInt32());
                    break;
                case OperandType.InlineSwitch:
                    var count = body.ReadInt32();
                    body.Offset += count * sizeof(int);
                    break;
                case OperandType.InlineI8 or OperandType.InlineR:
                    body.Offset += 8;
                    break;
                case OperandType.InlineBrTarget or OperandType.InlineI or OperandType.InlineSig or OperandType.InlineString or OperandType.ShortInlineR:
                    body.Offset += 4;
                    break;
                case OperandType.InlineVar:
                    body.Offset += 2;
                    break;
                case OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar:
                    body.Offset += 1;
                    break;
                case OperandType.InlineNone:
                    break;
            }
        }

        return tokens;
    }
}
