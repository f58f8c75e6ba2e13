using System.Text.Json;
using System.Text.Json.Nodes;

namespace Innate.Checkpoints;

/// <summary>
/// PEFT's adapter_config.json, read by <see cref="AdapterConfigReader"/> and written in the plain form of Innate's own adapters.
/// </summary>
internal static class AdapterConfigFile
{
    public const string Name = "adapter_config.json";

    public static AdapterConfig Read(string file)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(FileBytes.ReadSmall(file, 1 << 20));
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw new InputException($"{file}: expected an object, found {JsonLines.Describe(document.RootElement)}.");
            }

            return AdapterConfigReader.Read(document.RootElement, file);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new InputException($"{file}: {JsonFault.Describe(e)}", e);
        }
    }

    public static byte[] Bytes(AdapterConfig config, IEnumerable<string> targets)
    {
        JsonObject json = Json(config, targets);
        if (config.StepSplit is { } split) json["step_split"] = split;
        return JsonBytes.Indented(json);
    }

    private static JsonObject Json(AdapterConfig config, IEnumerable<string> targets) => new()
    {
        ["alpha_pattern"] = new JsonObject(),
        ["auto_mapping"] = null,
        ["base_model_name_or_path"] = config.BaseModel,
        ["bias"] = "none",
        ["fan_in_fan_out"] = false,
        ["inference_mode"] = true,
        ["init_lora_weights"] = true,
        ["layers_pattern"] = null,
        ["layers_to_transform"] = null,
        ["lora_alpha"] = config.Alpha,
        ["lora_dropout"] = config.Dropout,
        ["modules_to_save"] = config.Task == AdapterTask.Language ? null
            : new JsonArray([.. AdapterConfig.HeadModules.Select(m => JsonValue.Create(m))]),
        ["peft_type"] = "LORA",
        ["r"] = config.Rank,
        ["rank_pattern"] = new JsonObject(),
        ["revision"] = null,
        ["target_modules"] = new JsonArray([.. targets.Select(t => JsonValue.Create(t))]),
        ["task_type"] = config.Task switch
        {
            AdapterTask.Score => "SEQ_CLS",
            AdapterTask.Steps => "TOKEN_CLS",
            _ => "CAUSAL_LM",
        },
        ["use_dora"] = false,
        ["use_rslora"] = config.UseRsLora,
    };
}
