/** The shapes of the API, under the names by which the pages call them. */
import type { components, operations } from './schema';

type Schemas = components['schemas'];

export type Asker = Schemas['Asker'];
export type Askers = Schemas['Askers'];
export type Attribution = Schemas['Attribution'];
export type Bucket = Schemas['Bucket'];
export type Change = Schemas['Change'];
export type Check = Schemas['Check'];
export type CatalogEntry = Schemas['CatalogEntry'];
export type Device = Schemas['Device'];
export type Edit = Schemas['Edit'];
export type Exception = Schemas['Exception'];
export type DeviceKind = Schemas['DeviceKind'];
export type DeviceList = Schemas['DeviceList'];
export type DeviceReport = Schemas['DeviceReport'];
export type ExplainCause = Schemas['ExplainCause'];
export type Explanation = Schemas['Explanation'];
export type Flow = Schemas['Flow'];
export type FlowLink = Schemas['FlowLink'];
export type FlowNode = Schemas['FlowNode'];
export type Group = Schemas['GroupNow'];
export type GroupPatch = Schemas['GroupPatch'];
export type Grouping = Schemas['Grouping'];
export type Headline = Schemas['Headline'];
export type UpdateProgress = Schemas['UpdateProgress'];
export type List = Schemas['ListStatus'];
export type Lists = Schemas['Lists'];
export type ListOffer = Schemas['ListOffer'];
export type NewException = Schemas['NewException'];
export type NewGroup = Schemas['NewGroup'];
export type NewList = Schemas['NewList'];
export type NewPause = Schemas['NewPause'];
export type LocalRecord = Schemas['RecordStatus'];
export type OwnRule = Schemas['OwnRuleStatus'];
export type Overview = Schemas['Overview'];
export type Page = Schemas['QueryPage'];
export type Pause = Schemas['Pause'];
export type Purpose = Schemas['Purpose'];
export type Problem = Schemas['Problem'];
export type Range = Schemas['Range'];
export type Reason = Schemas['Reason'];
export type ReportName = Schemas['ReportName'];
export type ReportPlace = Schemas['ReportPlace'];
export type ReportVendor = Schemas['ReportVendor'];
export type Row = Schemas['QueryRow'];
export type Scope = Schemas['Scope'];
export type Sentence = Schemas['Sentence'];
export type SessionState = Schemas['SessionState'];
export type Suspect = Schemas['Suspect'];
export type Suspects = Schemas['Suspects'];
export type Status = Schemas['Status'];
export type TopLine = Schemas['TopLine'];
export type TopPage = Schemas['TopPage'];
export type Totals = Schemas['Totals'];
export type VendorDevice = Schemas['VendorDevice'];
export type VendorPage = Schemas['VendorPage'];
export type VendorReport = Schemas['VendorReport'];
export type Verdict = Schemas['Verdict'];
export type Way = Schemas['Way'];
/** What may be asked of the recorded queries; `null` asks nothing. */
export type QueryParameters = Nullable<NonNullable<operations['queries']['parameters']['query']>>;

export type ExportParameters = Nullable<NonNullable<operations['export']['parameters']['query']>>;

type Nullable<T> = { [Key in keyof T]?: T[Key] | null | undefined };
