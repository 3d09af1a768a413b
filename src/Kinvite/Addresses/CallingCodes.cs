using System.Collections.Frozen;

namespace Kinvite.Addresses;

/// <summary>
/// Which country gives a phone number out, by its first digits (ITU-T E.164, list of assigned country codes; within +1 the NANPA area codes).
/// The longest prefix decides. A dash marks numbers that belong to nobody at home: premium and personal-number services.
/// Codes of no country (+800, +808, +870, +878, +881 to +883, +888, +979) are left out, so they are refused, too.
/// </summary>
internal static class CallingCodes
{
    private const int LongestPrefix = 8;

    private static readonly FrozenDictionary<string, string> ByPrefix = Read("""
        US 1; CA 1204 1226 1236 1249 1250 1257 1263 1289 1306 1343 1354 1365 1367 1368 1382 1387 1403 1416 1418 1428 1431 1437 1438 1450 1460 1468
        1474 1506 1514 1519 1537 1548 1568 1579 1581 1584 1587 1604 1613 1639 1647 1672 1683 1705 1709 1742 1753 1778 1780 1782 1807 1819 1825 1867
        1873 1879 1902 1905 1942; BS 1242; BB 1246; AI 1264; AG 1268; VG 1284; VI 1340; KY 1345; BM 1441; GD 1473; TC 1649; JM 1658 1876; MS 1664;
        MP 1670; GU 1671; AS 1684; SX 1721; LC 1758; DM 1767; VC 1784; PR 1787 1939; DO 1809 1829 1849; TT 1868; KN 1869; - 1500 1521 1522 1523 1524 1525 1526
        1527 1528 1529 1532 1533 1544 1566 1577 1588 1900 4470 449; EG 20; SS
        211; MA 212; EH 2125288 2125289; DZ 213; TN 216; LY 218; GM 220; SN 221; MR 222; ML 223; GN 224; CI 225; BF 226; NE 227; TG 228; BJ 229; MU
        230; LR 231; SL 232; GH 233; NG 234; TD 235; CF 236; CM 237; CV 238; ST 239; GQ 240; GA 241; CG 242; CD 243; AO 244; GW 245; IO 246; SC 248;
        SD 249; RW 250; ET 251; SO 252; DJ 253; KE 254; TZ 255; UG 256; BI 257; MZ 258; ZM 260; MG 261; RE 262; YT 262269 2622689 262639 26270935 26270936 26270937; ZW 263; NA 264; MW
        265; LS 266; BW 267; SZ 268; KM 269; ZA 27; SH 247 290; ER 291; AW 297; FO 298; GL 299; GR 30; NL 31; BE 32; FR 33; ES 34; GI 350; PT 351;
        LU 352; IE 353; IS 354; AL 355; MT 356; CY 357; FI 358; AX 35818; BG 359; HU 36; LT 370; LV 371; EE 372; MD 373; AM 374; BY 375; AD 376; MC
        377; SM 378; VA 379 3906698; UA 380; RS 381; ME 382; XK 383; HR 385; SI 386; BA 387; MK 389; IT 39; RO 40; CH 41; CZ 420; SK 421; LI 423; AT
        43; GB 44; GG 441481 447781 447839 4479111 4479117; JE
        441534 447509 4477003 4477007 4477008 447797 447829 447937; IM 441624 447524 4474576 447624 447924; DK 45; SE 46; NO
        47; SJ 4779; PL 48; DE 49; FK 500; BZ 501; GT 502; SV 503; HN 504; NI 505; CR 506; PA 507; PM 508; HT 509; PE 51; MX 52; CU 53; AR 54; BR
        55; CL 56; CO 57; VE 58; GP 590; BO 591; GY 592; EC 593; GF 594; PY 595; MQ 596; SR 597; UY 598; BQ 5993 5994 5997; CW 5999; MY 60; AU 61;
        CC 6189162; CX 6189164; ID 62; PH 63; NZ 64; SG 65; TH 66; TL 670; AQ 6721; NF 6723; BN 673; NR 674; PG 675; TO 676; SB 677; VU 678; FJ 679;
        PW 680; WF 681; CK 682; NU 683; WS 685; KI 686; NC 687; TV 688; PF 689; TK 690; FM 691; MH 692; RU 7; KZ 76 77; JP 81; KR 82; VN 84; KP 850;
        HK 852; MO 853; KH 855; LA 856; CN 86; BD 880; TW 886; TR 90; IN 91; PK 92; AF 93; LK 94; MM 95; MV 960; LB 961; JO 962; SY 963; IQ 964; KW
        965; SA 966; YE 967; OM 968; PS 970; AE 971; IL 972; BH 973; QA 974; BT 975; MN 976; NP 977; IR 98; TJ 992; TM 993; AZ 994; GE 995; KG 996;
        UZ 998;
        """);

    /// <summary>The ISO 3166 code; null for digits that no country gives to a person.</summary>
    public static string? CountryOf(string digits)
    {
        for (var length = Math.Min(LongestPrefix, digits.Length); length > 0; length--)
        {
            if (ByPrefix.TryGetValue(digits[..length], out var country))
            {
                return country == "-" ? null : country;
            }
        }

        return null;
    }

    /// <summary>Whether numbers of this country are known here; the code in capitals.</summary>
    public static bool Knows(string country) => country != "-" && ByPrefix.Values.Contains(country, StringComparer.Ordinal);

    /// <summary>
    /// How many digits of a number are its country code: one for zones 1 and 7, two where the ITU assigned so in the first years, else three.
    /// </summary>
    public static int LengthOf(ReadOnlySpan<char> digits) => digits switch
    {
        ['1' or '7', ..] => 1,
        ['2', '0' or '7', ..] or ['3', '0' or '1' or '2' or '3' or '4' or '6' or '9', ..] or ['4', not '2', ..] or ['5', not ('0' or '9'), ..]
            or ['6', < '7', ..] or ['8', '1' or '2' or '4' or '6', ..] or ['9', not ('6' or '7' or '9'), ..] => 2,
        _ => 3,
    };

    private static FrozenDictionary<string, string> Read(string table) => table.Split(';', StringSplitOptions.RemoveEmptyEntries)
        .Select(entry => entry.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        .Where(words => words.Length > 0)
        .SelectMany(words => words[1..].Select(prefix => (prefix, country: words[0])))
        .ToFrozenDictionary(p => p.prefix, p => p.country, StringComparer.Ordinal);
}
