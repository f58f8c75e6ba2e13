using System.Text;
using System.Text.Json.Nodes;
using Innate.Runs;
using Innate.Server.Access;
using Innate.Server.Http;
using Innate.Server.Rewards;
using Innate.Sessions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using Microsoft.OpenApi.Reader;

namespace Innate.Server.Operations;

/// <summary>
/// <c>/openapi.json</c>: ASP.NET's description of the routes and their records, as a document of its own in any app.
/// </summary>
internal static class OpenApiDescription
{
    /// <summary>The document, and the group of routes that it describes.</summary>
    public const string Name = "innate";

    private const string KeyScheme = "key";

    public static void AddTo(IServiceCollection services) => services.AddOpenApi(Name, options =>
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;

        // HEAD is GET without its body.
        options.ShouldInclude = description => description.GroupName == Name && description.HttpMethod != HttpMethods.Head;
        options.AddSchemaTransformer((schema, context, _) =>
        {
            if (context.JsonTypeInfo.Type == typeof(RewardsRequest)) AddRow(schema);
            return Task.CompletedTask;
        });
        options.AddDocumentTransformer((document, context, _) =>
        {
            Describe(document, context.ApplicationServices.GetRequiredService<ServerOptions>().ApiKeys.Count > 0);
            return Task.CompletedTask;
        });
    });

    public static async Task Handle(Call call)
    {
        OpenApiDocument document = await call.Http.RequestServices
            .GetRequiredKeyedService<IOpenApiDocumentProvider>(Name).GetOpenApiDocumentAsync(call.Cancellation);
        string json = await document.SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1, call.Cancellation);
        byte[] bytes = Encoding.UTF8.GetBytes(json);
        await Replies.Bytes(call.Http, bytes, "application/json", StatusCodes.Status200OK, call.Cancellation);
    }

    // The record has the request's own fields; a row's are read, and published, by the row's form.
    private static void AddRow(OpenApiSchema schema)
    {
        JsonObject row = PublishedSchema.Of("row").ToJson();
        row.Remove("$schema");
        row.Remove("$id");
        OpenApiSchema fields = new OpenApiJsonReader().ReadFragment<OpenApiSchema>(
            row, OpenApiSpecVersion.OpenApi3_1, new OpenApiDocument(), out _)!;
        schema.Properties ??= new Dictionary<string, IOpenApiSchema>();
        foreach ((string name, IOpenApiSchema field) in fields.Properties!) schema.Properties.TryAdd(name, field);
        schema.Properties["rows"] = new OpenApiSchema { Type = JsonSchemaType.Array, Items = fields };
    }

    private static void Describe(OpenApiDocument document, bool needsKey)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Innate",
            Description = "Rewards found inside language models. docs/serving.md tells of the dialects.",
            Version = ModelFingerprint.Version,
        };
        if (!needsKey) return;
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
        document.Components.SecuritySchemes[KeyScheme] =
            new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer" };
        foreach ((string path, IOpenApiPathItem item) in document.Paths)
        {
            if (path.EndsWith(AccessRules.OpenPath, StringComparison.Ordinal)) continue;
            foreach (OpenApiOperation operation in item.Operations?.Values ?? Enumerable.Empty<OpenApiOperation>())
            {
                operation.Security = [new() { [new OpenApiSecuritySchemeReference(KeyScheme, document)] = [] }];
            }
        }
    }
}
