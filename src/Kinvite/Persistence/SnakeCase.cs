using System.Text;
using Microsoft.EntityFrameworkCore;

namespace Kinvite.Persistence;

/// <summary>Names tables, columns, keys and indexes as PostgreSQL's people write them, so that plain SQL needs no quotes.</summary>
internal static class SnakeCase
{
    public static void Apply(ModelBuilder builder)
    {
        foreach (var entity in builder.Model.GetEntityTypes().Where(e => !e.IsMappedToJson()))
        {
            // Lives inside another table's JSON column: only that column has a name of its own.
            if (entity.GetContainerColumnName() is { } container)
            {
                entity.SetContainerColumnName(Of(container));
                continue;
            }

            if (entity.GetTableName() is { } table)
            {
                entity.SetTableName(Of(table));
            }

            foreach (var property in entity.GetProperties())
            {
                property.SetColumnName(Of(property.GetColumnName()));
            }

            foreach (var key in entity.GetKeys())
            {
                key.SetName(Of(key.GetName()!));
            }

            foreach (var foreignKey in entity.GetForeignKeys())
            {
                foreignKey.SetConstraintName(Of(foreignKey.GetConstraintName()!));
            }

            foreach (var index in entity.GetIndexes())
            {
                index.SetDatabaseName(Of(index.GetDatabaseName()!));
            }
        }
    }

    private static string Of(string name)
    {
        var result = new StringBuilder(name.Length + 8);
        for (var i = 0; i < name.Length; i++)
        {
            var startsWord = char.IsUpper(name[i]) && i > 0 && name[i - 1] != '_' && !char.IsUpper(name[i - 1]);
            result.Append(startsWord ? "_" : "").Append(char.ToLowerInvariant(name[i]));
        }

        return result.ToString();
    }
}
