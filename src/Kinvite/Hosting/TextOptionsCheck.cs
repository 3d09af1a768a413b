using Kinvite.Addresses;
using Kinvite.Delivery.Texts;

namespace Kinvite.Hosting;

/// <summary>Rules of the settings for text messages; every error names the setting and the remedy.</summary>
internal static class TextOptionsCheck
{
    public static IEnumerable<string> Errors(KinviteOptions options)
    {
        var (twilio, countries) = (options.Twilio, options.Sms.AllowedCountries);
        if (TextSetup.Wrong(countries) is { } wrong)
        {
            yield return $"Kinvite__Sms__AllowedCountries has '{wrong}', which is no country with phone numbers: give ISO codes such as NO,SE,US.";
        }

        if (string.IsNullOrEmpty(twilio.AccountSid))
        {
            if (!string.IsNullOrEmpty(twilio.AuthToken) || !string.IsNullOrEmpty(twilio.From) || !string.IsNullOrEmpty(twilio.MessagingServiceSid))
            {
                yield return "Kinvite__Twilio__AccountSid is missing: copy it from Twilio's console, it starts with AC; or leave out all of Kinvite__Twilio.";
            }

            yield break;
        }

        if (!twilio.AccountSid.StartsWith("AC", StringComparison.Ordinal) || !twilio.AccountSid.All(char.IsAsciiLetterOrDigit))
        {
            yield return "Kinvite__Twilio__AccountSid is no account: copy it from Twilio's console, it starts with AC.";
        }

        if (string.IsNullOrEmpty(twilio.AuthToken))
        {
            yield return "Kinvite__Twilio__AuthToken is missing: copy it from Twilio's console, beside the account.";
        }

        if (!string.IsNullOrEmpty(twilio.MessagingServiceSid)
            ? !twilio.MessagingServiceSid.StartsWith("MG", StringComparison.Ordinal) || !twilio.MessagingServiceSid.All(char.IsAsciiLetterOrDigit)
            : PhoneNumber.TryParse(twilio.From) is not { } from || from.Value != twilio.From)
        {
            yield return "Kinvite__Twilio__From must be a number of the account such as +4741234567, or Kinvite__Twilio__MessagingServiceSid a messaging service, which starts with MG.";
        }

        if (!twilio.BaseUrl.IsAbsoluteUri || !(twilio.BaseUrl.Scheme == "https" || twilio.BaseUrl is { Scheme: "http", IsLoopback: true }))
        {
            yield return "Kinvite__Twilio__BaseUrl must be an https address (the token travels with every call); leave it out for https://api.twilio.com.";
        }

        if (!TextSetup.Countries(countries).Any())
        {
            yield return "Kinvite__Sms__AllowedCountries is missing: name the countries to which texts may go, such as NO,SE,US; every text costs, and strangers earn at texts to some countries.";
        }
    }
}
