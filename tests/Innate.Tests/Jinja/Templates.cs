using System.Text.Json;
using Innate.Jinja;

namespace Innate.Tests.Jinja;

/// <summary>Renders template texts with variables given as JSON.</summary>
internal static class Templates
{
    public static readonly DateTimeOffset Noon = new(2024, 7, 4, 12, 5, 9, TimeSpan.Zero);

    public static string Render(string source, string variables = "{}") =>
        new JinjaTemplate(source, "test", new FixedClock(Noon)).Render(Variables(variables));

    public static JinjaException Fails(string source, string variables = "{}") =>
        Assert.Throws<JinjaException>(() => Render(source, variables));

    public static Dictionary<string, object?> Variables(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        return document.RootElement.EnumerateObject().ToDictionary(p => p.Name, p => FromJson.Read(p.Value));
    }

    internal sealed class FixedClock(DateTimeOffset now) : TimeProvider
    {
        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

        public override DateTimeOffset GetUtcNow() => now;
    }
}
