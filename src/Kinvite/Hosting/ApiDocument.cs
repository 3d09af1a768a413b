using Kinvite.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Kinvite.Hosting;

/// <summary>The OpenAPI document at <c>/openapi/v1.json</c>: the JSON API alone, and the same on every server.</summary>
internal static class ApiDocument
{
    private const string Name = "v1";
    private const string Bearer = "bearer";

    public static IServiceCollection AddApiDocument(this IServiceCollection services) => services.AddOpenApi(Name, static options =>
    {
        options.ShouldInclude = static api => api.RelativePath?.StartsWith("api/", StringComparison.Ordinal) == true;
        options.AddDocumentTransformer(static (document, _, _) => DescribeAsync(document));
        options.AddOperationTransformer(static (operation, context, _) => SecureAsync(operation, context));
        options.AddOperationTransformer(static (operation, context, _) => RefuseBodiesAsync(operation, context));
        options.AddOperationTransformer(static (operation, context, _) => NameHeadersAsync(operation, context));
        options.CreateSchemaReferenceId = static type => IsOptional(type.Type) ? null : OpenApiOptions.CreateDefaultSchemaReferenceId(type);
        options.AddSchemaTransformer(static (schema, context, ct) => UnwrapAsync(schema, context, ct));
        options.AddSchemaTransformer(static (schema, context, _) => ExtendAsync(schema, context));
    });

    private static Task DescribeAsync(OpenApiDocument document)
    {
        document.Info = new()
        {
            Title = "Kinvite",
            Version = Name,
            Description = "Families, members, invitations. Errors are RFC 9457 problems with a stable code, listed in docs/problems.md.",
        };
        // Whoever asks knows where the server is; written down it would differ from one to the next.
        document.Servers?.Clear();
        document.Components ??= new();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal)
        {
            [Bearer] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = Bearer,
                Description = $"The access token of a sign-in. A browser's session cookie does as well, with the header {Guards.RequestHeader}: 1 on unsafe methods.",
            },
        };
        return Task.CompletedTask;
    }

    private static Task SecureAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context)
    {
        if (context.Description.ActionDescriptor.EndpointMetadata.OfType<AccountRequired>().Any())
        {
            Refuses(operation, context, "401", "Unauthorized");
            operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Bearer, context.Document)] = [] }];
        }

        return Task.CompletedTask;
    }

    // Whatever has a body can have a wrong one, one that is too long, and one that is no JSON.
    private static Task RefuseBodiesAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context)
    {
        if (operation.RequestBody is not null)
        {
            Refuses(operation, context, "400", "Bad Request");
            Refuses(operation, context, "413", "Payload Too Large");
            Refuses(operation, context, "415", "Unsupported Media Type");
        }

        return Task.CompletedTask;
    }

    private static void Refuses(OpenApiOperation operation, OpenApiOperationTransformerContext context, string status, string reason) =>
        (operation.Responses ??= []).TryAdd(status, new OpenApiResponse
        {
            Description = reason,
            Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
            {
                ["application/problem+json"] = new() { Schema = new OpenApiSchemaReference(nameof(ProblemDetails), context.Document) },
            },
        });

    private static Task NameHeadersAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context)
    {
        if (context.Description.ActionDescriptor.EndpointMetadata.OfType<IdempotentCall>().Any())
        {
            operation.Parameters ??= [];
            operation.Parameters.Add(new OpenApiParameter
            {
                Name = IdempotencyHeader.Name,
                In = ParameterLocation.Header,
                Description = "A key of the caller's: for 24 hours the same call with it is answered as the first time, and happens once.",
                Schema = new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1, MaxLength = IdempotencyKey.KeyLength },
            });
        }

        return Task.CompletedTask;
    }

    // A member of a merge patch is written as its value or null; the wrapper is how the server tells absent from null.
    private static async Task UnwrapAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken ct)
    {
        if (IsOptional(context.JsonTypeInfo.Type))
        {
            var value = await context.GetOrCreateSchemaAsync(context.JsonTypeInfo.Type.GetGenericArguments()[0], parameterDescription: null, ct);
            (schema.Type, schema.Format, schema.Pattern) = (value.Type | JsonSchemaType.Null, value.Format, value.Pattern);
            schema.Properties?.Clear();
            schema.Required?.Clear();
        }
    }

    private static Task ExtendAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context)
    {
        if (context.JsonTypeInfo.Type == typeof(ProblemDetails))
        {
            schema.Properties ??= new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal);
            schema.Properties["code"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "Stable, for programs." };
            schema.Properties["errors"] = new OpenApiSchema
            {
                Type = JsonSchemaType.Object,
                Description = "Only with the code validation: what is wrong with which field, such as invites[1].email.",
                AdditionalProperties = new OpenApiSchema { Type = JsonSchemaType.Array, Items = new OpenApiSchema { Type = JsonSchemaType.String } },
            };
            schema.Required = new HashSet<string>(["type", "title", "status", "detail", "code"], StringComparer.Ordinal);
        }

        return Task.CompletedTask;
    }

    private static bool IsOptional(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Optional<>);
}
